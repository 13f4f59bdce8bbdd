#include "core/feed/feed_page.h"

namespace sightline {

std::string_view feedPage() {
    // A picture that ended, because the program did, is asked for again when the captions come back.
    return R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sightline</title>
<style>
html, body { margin: 0; height: 100%; background: transparent; overflow: hidden; }
img { display: block; width: 100%; height: 100%; object-fit: contain; }
p { position: absolute; left: 5%; right: 5%; bottom: 4%; margin: 0; text-align: center; }
span { font: 600 5vh sans-serif; color: white; background: rgb(0 0 0 / 75%); padding: .2em .6em; border-radius: .3em;
       box-decoration-break: clone; -webkit-box-decoration-break: clone; }
[hidden] { display: none; }
</style>
<img id="picture" alt="" hidden>
<p id="box" aria-live="polite" hidden><span id="caption"></span></p>
<script>
const query = new URLSearchParams(location.search);
const token = "?token=" + encodeURIComponent(query.get("token") || "");
const only = query.get("show") === "caption";
const picture = document.getElementById("picture");
const watch = () => {
  picture.src = "preview.mjpg" + token + "&at=" + Date.now();
  picture.hidden = false;
};
const events = new EventSource("captions" + token);
events.onopen = () => { if (!only) watch(); };
events.addEventListener("caption", event => {
  const text = JSON.parse(event.data).caption;
  picture.alt = text;
  document.getElementById("caption").textContent = text;
  document.getElementById("box").hidden = !only;
});
</script>
)html";
}

}  // namespace sightline
