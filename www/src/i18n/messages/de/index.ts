/** The texts in German. */
import common from "./common.json";
import training from "./training.json";
import data from "./data.json";
import importing from "./importing.json";
import mask from "./mask.json";
import lessons from "./lessons.json";
import studies from "./studies.json";
import apply from "./apply.json";
import losses from "./losses.json";
import engine from "./engine.json";

export default { common, training, data, importing, mask, lessons, studies, apply, losses, engine };
