/** What pages of the documentation load: the page's look, and the theme that was chosen there. */
import "../offline/register";
import "../state/preferences.svelte";
import "katex/dist/katex.min.css";
import "../styles/tokens.css";
import "../styles/base.css";
import "./docs.css";
