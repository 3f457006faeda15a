/* The counter's behaviour: scanning from anywhere, and a task list that keeps itself up to date.
   Every page works without it. */
import { listenForScans } from "./scanner.js";
import { keepBoardFresh } from "./board.js";

listenForScans(document);
keepBoardFresh(document);
