/** The competitors' versions; `package.json` pins them. */
export { dependencies as versions } from "../../package.json";
