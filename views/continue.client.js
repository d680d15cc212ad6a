(function () {
  var form = document.getElementById('continue');
  var button = form.querySelector('button');
  var posted = false;
  function once(event) {
    if (posted) event.preventDefault();
    posted = true;
    // Not before the browser has read the form: a disabled button would cancel its own click.
    setTimeout(function () {
      button.disabled = true;
    });
  }
  form.addEventListener('submit', once);
  // While the page is still being parsed, so that it never gets an entry of its own in the history.
  if (form.requestSubmit) form.requestSubmit();
  else button.click();
})();
