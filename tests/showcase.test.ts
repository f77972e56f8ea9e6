import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lineStarts, lineAt } from "../src/model/span.js";
import { lint, readFile } from "./harness/lint.js";
import { ROOT } from "./harness/root.js";

test("the showcase, which the README points to, shows nine leaks and no false alarm", () => {
  const folder = join(ROOT, "fixtures/showcase");
  const files = readdirSync(folder).sort().map((path) => readFile({ path, text: readFileSync(join(folder, path), "utf8") }));
  const lineOf = (path: string, offset: number): string => {
    const text = files.find((file) => file.path === path)?.text ?? "";
    return text.split("\n")[lineAt(lineStarts(text), offset) - 1]?.trim() ?? "";
  };
  expect(lint(files).map(({ path, rule, at }) => `${path}: ${rule}: ${lineOf(path, at[0])}`)).toEqual([
    "Ticker.tsx: timer-leak: setInterval(async () => {",
    "app.py: unbounded-cache: seen_orders[order_id] = load_order(order_id)",
    "app.py: global-accumulation: visitors.append(request.client.host)",
    "app.py: orphan-task: asyncio.create_task(notify(order_id))",
    'app.py: logger-handler: logger.addHandler(logging.FileHandler("audit.log"))',
    "db.py: unclosed-connection: connection = connect()",
    'server.ts: listener-leak: prices.on("change", (price: number) => {',
    "server.ts: global-accumulation: requestLog.push({ path: request.path, at: Date.now() });",
    'server.ts: unclosed-file: const file = openSync(`/srv/invoices/${request.params.id}.txt`, "r");',
  ]);
});
