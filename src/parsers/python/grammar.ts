/**
 * Starts web-tree-sitter with the Python grammar, synchronously and on first use.
 *
 * web-tree-sitter only offers an asynchronous start, but ESLint's parse must be synchronous, and a top-level await would
 * keep the plugin from being loaded with `require`. Its start waits for nothing but microtasks once the WebAssembly
 * modules are compiled by us, and a vm context with a microtask queue of its own runs those before it returns. This
 * leans on how the library is built inside, which is why package.json pins its exact version.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import type { Language, Parser } from "web-tree-sitter";

/** The part of the WebAssembly interface used here; Node's types leave it to the DOM library, which this project does without. */
interface WasmModule { readonly wasmModule: never }
interface WasmInstance { exports: object }
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: object) => WasmInstance;
};

const GRAMMAR_FILE = "tree-sitter-python.wasm";

export interface Grammar {
  parser: Parser;
  language: Language;
}

let grammar: Grammar | null = null;

/**
 * The parser with the Python grammar; loaded at the first call, a few milliseconds, then kept for the process.
 * Throws an Error that says which file is missing where an installation is incomplete.
 */
export function loadGrammar(): Grammar {
  grammar ??= start();
  return grammar;
}

interface TreeSitter {
  Parser: typeof Parser;
  Language: typeof Language;
}

function start(): Grammar {
  const require = createRequire(import.meta.url);
  const treeSitter = loadLibrary(require);
  const language = treeSitter.Language.loadSync(new WebAssembly.Module(readFileSync(grammarFile(require))));
  const parser = new treeSitter.Parser();
  parser.setLanguage(language);
  return { parser, language };
}

/** Beside the bundle once built; in the package of the grammar when run from the sources. */
function grammarFile(require: NodeJS.Require): string {
  const bundled = join(dirname(fileURLToPath(import.meta.url)), GRAMMAR_FILE);
  if (existsSync(bundled)) return bundled;
  try {
    return join(dirname(require.resolve("tree-sitter-python/package.json")), GRAMMAR_FILE);
  } catch {
    throw new Error(`The Python grammar is missing: ${bundled} does not exist. Install leak-lint again.`);
  }
}

function libraryFile(require: NodeJS.Require): string {
  try {
    return require.resolve("web-tree-sitter");
  } catch {
    throw new Error("The package web-tree-sitter, which reads Python, is missing. Install leak-lint again.");
  }
}

function loadLibrary(require: NodeJS.Require): TreeSitter {
  const file = libraryFile(require);
  const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
  const module = { exports: {} as TreeSitter };
  // The function around the library keeps its variables local: as properties of the context's global object they
  // made every call several times slower.
  const names = ["exports", "require", "module", "__filename", "__dirname", "process", "console", "WebAssembly", "TextDecoder", "TextEncoder", "URL", "performance"];
  const load = vm.runInContext(`(function(${names.join(",")}){${readFileSync(file, "utf8")}\n})`, context, { filename: file }) as (...given: unknown[]) => void;
  load(module.exports, require, module, file, dirname(file), process, console, WebAssembly, TextDecoder, TextEncoder, URL, performance);

  const wasm = new WebAssembly.Module(readFileSync(join(dirname(file), "web-tree-sitter.wasm")));
  const outcome = { settled: false, error: undefined as unknown };
  Object.assign(context, {
    initialise: module.exports.Parser.init.bind(module.exports.Parser),
    options: {
      instantiateWasm(imports: object, receive: (instance: WasmInstance, from: WasmModule) => void) {
        const instance = new WebAssembly.Instance(wasm, imports);
        receive(instance, wasm);
        return instance.exports;
      },
    },
    settle(error: unknown) {
      outcome.settled = true;
      outcome.error = error;
    },
  });
  // Both handlers must be created inside the context, or they land in the outer microtask queue.
  vm.runInContext("initialise(options).then(() => settle(undefined), (error) => settle(error))", context);
  if (!outcome.settled || outcome.error !== undefined) {
    throw new Error("web-tree-sitter did not start. Check that its version is the one that leak-lint's package.json names.", { cause: outcome.error });
  }
  return module.exports;
}
