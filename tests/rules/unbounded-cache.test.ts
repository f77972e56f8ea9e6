import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("unbounded-cache");
