import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("regex-in-loop");
