// Runs before the first paint, so that the page does not flash in the other theme.
{
  const theme = localStorage.getItem("vidworks.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}
// Browsers without import maps run no module: the page would stay empty.
if (!HTMLScriptElement.supports?.("importmap")) {
  addEventListener("DOMContentLoaded", () => {
    document.body.textContent = "This page needs a newer browser: Chrome 105, Firefox 108, Safari 16.4 or later.";
  });
}
