/* The test bench: dropping a file, how far it is sent, how far it is read. The page works without. */

const form = document.querySelector("[data-drop]");
if (form) watchForm(form);
const reading = document.querySelector("[data-progress]");
if (reading) watchReading(reading);

function watchForm(form) {
  const field = form.elements.file;
  const told = () => {
    form.elements.written.value = field.files[0]?.lastModified ?? "";
    form.querySelector(".drop__hint").textContent = field.files[0]?.name ?? "";
  };
  field.addEventListener("change", told);
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("drop--over");
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("drop--over");
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("drop--over");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    told();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

function send(form) {
  const meter = form.querySelector("[data-meter]");
  const bar = meter.querySelector("progress");
  const status = meter.querySelector("p");
  const button = form.querySelector(".drop__go");
  const request = new XMLHttpRequest();
  const stop = (message) => {
    button.disabled = false;
    bar.hidden = true;
    status.textContent = message;
    meter.classList.add("meter--bad");
  };
  meter.hidden = bar.hidden = false;
  meter.classList.remove("meter--bad");
  status.textContent = form.dataset.sending;
  button.disabled = true;
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
  });
  request.addEventListener("load", () => {
    const answer = request.response ?? {};
    /* Without an address in the answer it is the sign-in page: the session has ended meanwhile. */
    if (request.status === 200) return document.location.assign(answer.url ?? request.responseURL);
    stop(request.status === 413 ? form.dataset.large : (answer.message ?? form.dataset.lost));
  });
  request.addEventListener("error", () => stop(form.dataset.lost));
  request.responseType = "json";
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(new FormData(form));
}

function watchReading(meter) {
  const bar = meter.querySelector("progress");
  const ask = async () => {
    try {
      const answer = await fetch(meter.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return document.location.reload();
      const told = await answer.json();
      if (told.done) return document.location.reload();
      bar.value = told.percent;
      if (told.percent === 100) meter.querySelector("p").textContent = meter.dataset.computing;
    } catch {
      /* The network is away: ask again. */
    }
    setTimeout(ask, 700);
  };
  setTimeout(ask, 300);
}
