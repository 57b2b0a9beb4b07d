/**
 * What a page runs before all else, in the page itself: when its own code could not be fetched (the server went away in
 * between) there is nothing on it that could ask again. Looks every ten seconds until something is drawn.
 */
export const START_GUARD =
  "setInterval(function(){var app=document.getElementById('app');" +
  "if(app&&!app.firstElementChild)fetch('/',{method:'HEAD',cache:'no-store'})" +
  '.then(function(answer){if(answer.ok)location.reload()}).catch(function(){})},10000)';
