import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("global-accumulation");
