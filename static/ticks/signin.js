import { Snippets } from "./streams/snippets.js";
import { watch } from "./streams/watch.js";

watch(() => {}).sortBy("name");
new Snippets(document.getElementById("snippets"), document.getElementById("spoken"));
