/** The page: chooses what to run, runs it, shows and copies what came out. */
import "../../src/styles/tokens.css";
import "../../src/styles/base.css";
import "./page/page.css";
import { JAX_JS } from "./competitors/jax";
import { TENSORFLOW_JS } from "./competitors/tfjs";
import { LOSSCOPE } from "./contestants/losscope";
import { startPage } from "./page/page";

startPage([...LOSSCOPE, ...JAX_JS, ...TENSORFLOW_JS]);
