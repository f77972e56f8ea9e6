import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("executor-leak");
