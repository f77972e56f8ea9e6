/** One line on a terminal's stderr while work takes long; nothing anywhere else. */
import type { Io } from "./io.js";

/** Milliseconds before the line appears, and between two states of it. */
const DELAY = 1000;
const INTERVAL = 100;

export interface Progress {
  update: (done: number, total: number) => void;
  /** Removes the line. */
  clear: () => void;
}

export function createProgress(io: Io, now: () => number = () => performance.now()): Progress {
  const start = now();
  let last: number | null = null;
  return {
    update: (done, total) => {
      const time = now();
      if (!io.stderrIsTerminal || time - start < DELAY || (last !== null && time - last < INTERVAL && done < total)) return;
      last = time;
      const state = done < total ? `read ${String(done)} of ${String(total)} files` : `analysing ${String(total)} files`;
      io.stderr(`\r\u001b[Kleak-lint: ${state}`);
    },
    clear: () => {
      if (last !== null) io.stderr("\r\u001b[K");
    },
  };
}
