import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("unreleased-lock");
