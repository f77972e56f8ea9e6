/** The Python front end. */
import type { SyntaxNote } from "../../model/facts.js";
import type { Language, SourceFile } from "../language.js";
import { spell } from "./fixes.js";
import { lower } from "./lower.js";
import { parse } from "./parse.js";

export const python: Language = {
  id: "python",
  extensions: [".py", ".pyi"],
  lower,
  spell,
  check: (source: SourceFile): SyntaxNote[] => parse(source.text).notes,
};
