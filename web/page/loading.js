// Loading the recogniser: how far it is, and once more where that has failed.

import {pad} from './app.js';
import {adviseSiteOwner} from '../download.js';
import {Recognizer} from '../numeral.js';

adviseSiteOwner();

/** Where the recogniser's files are, also once this module is part of a larger file. */
const baseUrl = new URL('..', import.meta.url);

/** Another model to show: `?model=mine.ort`, with mine.json beside it. */
const model = new URLSearchParams(location.search).get('model') ?? undefined;

const element = (id) => document.getElementById(id);

function showProgress({loaded, total}) {
  element('progress').max = total;
  element('progress').value = loaded;
}

/** Has start.js show on the page what is wrong. @param {Error} error */
function report(error) {
  dispatchEvent(new ErrorEvent('error', {error, message: error.message}));
}

/** Shows the page as it is while it loads. What Predict is pressed for then is answered later. */
function reset() {
  element('retry').hidden = true;
  element('problem').textContent = '';
  element('status').textContent = texts.loading;
  element('predict').disabled = false;
  document.documentElement.dataset.state = 'loading';
}

/** Waits until no stroke is being drawn: what is shown above the pad moves it. */
async function untilPenIsUp() {
  while (pad.isInUse) await new Promise(requestAnimationFrame);
}

/** Waits until Try again is pressed. */
async function untilRetried() {
  await new Promise((pressed) =>
    element('retry').addEventListener('click', pressed, {once: true}));
  element('pad').focus({preventScroll: true});
  reset();
}

/** A recogniser, however often it takes. An error that trying again cannot mend is thrown. */
export async function loadRecognizer() {
  // start.js may have reported that a module is late.
  reset();
  for (;;) {
    try {
      const recognizer = await Recognizer.load({baseUrl, model, onprogress: showProgress});
      element('problem').textContent = '';
      return recognizer;
    } catch (error) {
      await untilPenIsUp();
      if (!error.retriable) throw error;
      report(error);
      await untilRetried();
    }
  }
}

/**
 * Starts a recogniser anew that has stopped after a fault, and says so.
 * @param {Recognizer} recognizer
 * @param {Error} fault
 * @param {{byItself: boolean}} how by itself, or only when Try again is pressed
 */
export async function restart(recognizer, fault, {byItself}) {
  report(fault);
  if (!byItself) await untilRetried();
  for (;;) {
    try {
      await recognizer.restart();
      break;
    } catch (error) {
      report(error);
      await untilRetried();
    }
  }
  element('retry').hidden = true;
  element('problem').textContent = byItself ? texts.restarted(fault.cause?.message) : '';
}
