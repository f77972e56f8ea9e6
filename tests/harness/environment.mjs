/**
 * Jest's Node environment with Node's own `require`: Jest's cannot load an ES module, as the sources do with oxc-parser
 * (lazily, so that `--version` does not pay for it).
 */
import { createRequire } from "node:module";
import { TestEnvironment } from "jest-environment-node";

export default class Environment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.hostRequire = createRequire(import.meta.url);
  }
}
