import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("orphan-task");
