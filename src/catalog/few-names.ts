/** Names of what a program has few of, whatever its users do: what it speaks, runs on or can be set to. */
const NAMES = [
  "camera", "locale", "lang", "language", "lng", "command", "cmd", "behaviou?r", "method", "plugin",
  "module", "platform", "mode", "level", "severity", "status", "theme", "colou?r", "format", "encoding",
  "charset", "extension", "dtype", "backend", "driver", "engine", "dialect", "feature", "option", "unit",
  "currency", "country", "timezone", "weekday", "role", "permission", "environment", "region", "schema", "operator",
  "layer", "gpu", "component", "section", "scheme", "protocol", "shortcut", "hotkey", "keybinding", "accelerator",
];

/** Names of what may come and go, or hold anything, as an object or a text, and of which there are few by name: a function, a model, a template. */
const NAMED = ["function", "func", "handler", "model", "database", "db", "table", "column", "field", "attribute", "attr", "property", "prop", "class", "cls", "type", "view", "loader", "serializer", "template", "tpl"];

const BEGIN = "(?:^|_|(?<=[a-z])(?=[A-Z]))";
const TOLD = "_?(?:[nN]ame|[cC]ode|[kK]ey|[tT]ype|[kK]ind|[cC]lass|[cC]ls|[aA]lias)";

/**
 * A name's last word is one of them, before a word for how it is told: `locale`, `plugin_name`, `dtypeKey`; or it is told so:
 * `function_name`, `loaderClass`, `db_alias`.
 */
export const FEW_NAMES = `${BEGIN}(?:(?:${NAMES.map(anyCase).join("|")})(?:${TOLD})?|(?:${NAMED.map(anyCase).join("|")})${TOLD})$`;

/** Names of what a program is set up with. */
export const SETTINGS = `(?:^|_|(?<=[a-z])(?=[A-Z]))(?:${["config", "configuration", "settings", "conf", "cfg"].map(anyCase).join("|")})$`;

function anyCase(word: string): string {
  return `[${word.charAt(0)}${word.charAt(0).toUpperCase()}]${word.slice(1)}`;
}
