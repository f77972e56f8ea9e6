/**
 * From a peer's test files to cases: the code, and where the peer reports. Snippets inside TypeScript are found by
 * TypeScript's parser; the marks of Python fixtures are the peer's own (snapshots, result lists, comments).
 *
 * A case is `{ path, code, marks, sites }`. `marks` are the lines that the peer reports, or "somewhere" where its test
 * does not say; `sites` are further lines on which the peer is silent about something of the kind.
 */
import ts from "typescript";

/** Lines of one rule in ruff's snapshot: `  --> SIM115.py:8:5`. */
export function ruffMarks(snapshot, rule) {
  const marks = [];
  let ours = false;
  for (const line of snapshot.split("\n")) {
    if (/^[A-Z]+\d+ /u.test(line)) ours = line.startsWith(`${rule} `);
    const place = /^\s*--> .*:(\d+):\d+$/u.exec(line);
    if (place && ours) marks.push(Number(place[1]));
  }
  return marks;
}

/** Lines of one message in pylint's result list: `consider-using-with:23:8:23:49:…`. */
export function pylintMarks(results, message) {
  return results.split("\n").filter((line) => line.startsWith(`${message}:`)).map((line) => Number(line.split(":")[1]));
}

/** Lines that end in flake8-async's `# ASYNC300: 4`. */
export function asyncMarks(code, rule) {
  return linesOf(code, (line) => line.includes(`# ${rule}:`));
}

/** Lines of code, not comments or imports, that contain what the peer's rule is about. */
export function plainSites(code, pattern) {
  return linesOf(code, (line) => pattern.test(line.replace(/(?:^|\s)#.*$/u, "")) && !/^\s*(?:from|import|def|async def)\s/u.test(line));
}

function linesOf(code, matches) {
  return code.split("\n").flatMap((line, index) => (matches(line) ? [index + 1] : []));
}

/**
 * The cases of every `x.run(name, rule, { valid, invalid })` in a file. What is computed (a spread, a template with
 * holes) or switched off with `skip: true` is left out.
 */
export function* ruleTesterCases(path, text, carets = false) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  for (const table of tablesOf(file)) {
    for (const [kind, elements] of Object.entries(table)) {
      for (const element of elements) {
        const found = caseOf(element, carets);
        if (found) yield { path, code: found.code, marks: kind === "valid" ? [] : found.marks, sites: [] };
      }
    }
  }
}

function tablesOf(file) {
  const tables = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "run") {
      const table = node.arguments.at(-1);
      if (table && ts.isObjectLiteralExpression(table)) tables.push({ valid: elementsOf(table, "valid"), invalid: elementsOf(table, "invalid") });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return tables;
}

function elementsOf(table, name) {
  const list = valueOf(table, name);
  return list && ts.isArrayLiteralExpression(list) ? list.elements : [];
}

function caseOf(element, carets) {
  // fromFixture(description, code with marks below the lines, options)
  if (ts.isCallExpression(element)) {
    const code = element.arguments.map(textOf).findLast((text) => text?.includes("\n"));
    return code === undefined ? null : carets ? withoutCarets(code) : { code, marks: "somewhere" };
  }
  if (!ts.isObjectLiteralExpression(element)) {
    const code = textOf(element);
    return code === undefined ? null : { code, marks: "somewhere" };
  }
  const value = valueOf(element, "code");
  const code = value && textOf(value);
  if (code === undefined || valueOf(element, "skip")?.kind === ts.SyntaxKind.TrueKeyword) return null;
  const errors = valueOf(element, "errors");
  const lines = errors && ts.isArrayLiteralExpression(errors) ? errors.elements.map(lineOf) : [];
  return { code, marks: lines.length > 0 && lines.every((line) => line !== null) ? [...new Set(lines)] : "somewhere" };
}

function lineOf(error) {
  const line = ts.isObjectLiteralExpression(error) ? valueOf(error, "line") : undefined;
  return line && ts.isNumericLiteral(line) ? Number(line.text) : null;
}

function valueOf(object, name) {
  const property = object.properties.find((one) => ts.isPropertyAssignment(one) && one.name.text === name);
  return property?.initializer;
}

/** The text of a string or template without holes; a tag is taken to strip the indentation. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTaggedTemplateExpression(node) && ts.isNoSubstitutionTemplateLiteral(node.template)) return dedent(node.template.text);
  return undefined;
}

function dedent(text) {
  const lines = text.split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent)).join("\n").trim();
}

/** Marks such as `~~~~ [forbidden]` stand below the line that they mean, and are no code. */
function withoutCarets(text) {
  const code = [];
  const marks = [];
  for (const line of text.split("\n")) {
    if (/^\s*~+\s+\[\w+/u.test(line)) marks.push(code.length);
    else code.push(line);
  }
  return { code: code.join("\n"), marks };
}
