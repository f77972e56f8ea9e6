import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("unclosed-file");
