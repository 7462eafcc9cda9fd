import { mount } from "svelte";
import { speak } from "../i18n/messages";
import "../offline/register";
import "katex/dist/katex.min.css";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/pictures.css";
import "../styles/range.css";
import "./styles.css";
import App from "./App.svelte";

const target = document.getElementById("app");
if (target === null) throw new Error("losses/index.html has no element with the id app.");
await speak();
mount(App, { target });
