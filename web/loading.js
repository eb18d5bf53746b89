// Loading the recogniser: how far it is, and once more where that has failed.

import {Recognizer} from './numeral.js';

const element = (id) => document.getElementById(id);

function showProgress({loaded, total}) {
  element('progress').max = total;
  element('progress').value = loaded;
}

/** Says on the page what is wrong; start.js does. @param {Error} error */
function report(error) {
  dispatchEvent(new ErrorEvent('error', {error, message: error.message}));
}

/** Waits until somebody wants to try again, and shows the page as it was before the failure. */
async function untilRetried() {
  const retry = element('retry');
  await new Promise((pressed) => retry.addEventListener('click', pressed, {once: true}));
  retry.hidden = true;
  element('pad').focus({preventScroll: true});
  element('problem').textContent = '';
  element('status').textContent = texts.loading;
  document.documentElement.dataset.state = 'loading';
}

/** Whatever the page does with a recogniser first it does at once, unless app.js is cut off there. */
function checkStart() {
  if (document.documentElement.dataset.state === 'loading') throw new Error('app.js: it is damaged');
}

/**
 * A recogniser, however often it takes. A failure that trying again cannot mend is thrown, and
 * start.js says it on the page.
 */
export async function loadRecognizer() {
  document.documentElement.dataset.isBegun = 'true';
  for (;;) {
    try {
      const recognizer = await Recognizer.load({onprogress: showProgress});
      setTimeout(checkStart);
      return recognizer;
    } catch (error) {
      if (!error.retriable) throw error;
      report(error);
      await untilRetried();
    }
  }
}

/**
 * Starts a recogniser anew that has stopped after a fault, and says so: by itself, or, where that has
 * not helped before, when somebody wants to.
 * @param {Recognizer} recognizer
 * @param {Error} fault
 * @param {{byItself: boolean}} how
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
