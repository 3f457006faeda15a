/* The counter's behaviour: scanning from anywhere, and a task list that keeps itself up to date.
   Every page works without it. */
import { keepBoardFresh } from "./board.js";
import { listenForScans } from "./scanner.js";
import { ringAtNews } from "./sound.js";

listenForScans(document);
keepBoardFresh(document);
ringAtNews(document);

// The field that waits for a scanner has the focus in case no script runs. Here one listens
// everywhere: a finger's keyboard need not cover the tasks.
const find = document.getElementById("find");
if (document.activeElement === find && matchMedia("(pointer: coarse)").matches) find.blur();
