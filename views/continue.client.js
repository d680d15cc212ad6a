(function () {
  var form = document.getElementById('continue');
  var button = form.querySelector('button');
  var isPosted = false;
  function once(event) {
    if (isPosted) {
      event.preventDefault();
      return;
    }
    isPosted = true;
    // Not before the browser has read the form: a disabled button would cancel its own click.
    setTimeout(function () {
      button.disabled = true;
    });
    setTimeout(offerAgain, 5000);
  }
  // The page is still here if the request was lost, or if an app opened, which leaves the page behind.
  function offerAgain() {
    isPosted = false;
    button.disabled = false;
    document.documentElement.className = 'late';
  }
  form.addEventListener('submit', once);
  if (!form.hasAttribute('data-automatic')) return;
  // While the page is still being parsed, so that it never gets an entry of its own in the history.
  if (form.requestSubmit) form.requestSubmit();
  else button.click();
})();
