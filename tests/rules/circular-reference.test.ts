import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("circular-reference");
