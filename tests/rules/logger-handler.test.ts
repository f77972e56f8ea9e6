import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("logger-handler");
