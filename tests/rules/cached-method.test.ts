import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("cached-method");
