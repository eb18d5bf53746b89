// All texts of the page in one table, ready for translation, as the global `texts`. Only what must be
// there without JavaScript is in index.html and manifest.webmanifest; the recogniser's own messages
// are in its modules. A classic script in old JavaScript, because start.js needs it where modules do
// not run.
//
// [Keys] in brackets are shown as keys. A text with parameters is a function.

self.texts = Object.freeze({
  name: 'Numeral',
  intro: 'Draw a digit or a number, or drop a photo of one: a neural network reads it.',

  drawing: 'Drawing',
  pad: 'Drawing area: a digit or a number, with mouse, finger, pen or arrow keys',
  undo: 'Undo',
  redo: 'Redo',
  brush: 'Brush',
  predict: 'Predict',
  clear: 'Clear',
  openPhoto: 'Open a photo',

  photo: 'The photo that is read',
  photoReading: 'Reading the photo …',
  photoBlank: 'Nothing written was found on the photo',
  photoUnsupported: 'This browser is too old to read photos',
  photoForbidden: 'The browser does not let this page read photos here. ' +
      'Open the page in a tab of its own.',
  photoHidden: 'The browser hides pictures from this page, as protection against fingerprinting. ' +
      'Allow this page to use canvas data, then load it again.',
  photoNotLoaded: 'photo-worker.js: could not be loaded. Check the connection and the server, ' +
      'then open the photo again.',
  /** @param {string} file its name */
  photoUnreadable: function (file) {
    return file + ': this is no picture that the browser can read. Use PNG, JPEG or WebP.';
  },
  /** @param {string} file its name */
  photoTooLarge: function (file) {
    return file + ': this is too large for a photo. Use one of at most 256 MB.';
  },
  /** @param {string} file its name @param {{width: number, height: number}} size */
  photoTooManyPixels: function (file, size) {
    return file + ': ' + size.width + ' by ' + size.height + ' pixels are too many for a photo. ' +
        'Use one of at most 100 megapixels.';
  },
  /** @param {string} file its name */
  photoTooSlow: function (file) {
    return file + ': this was given up after 30 seconds. Use a smaller photo, or another format.';
  },
  /** @param {string} file its name */
  photoBroken: function (file) {
    return file + ': reading this broke off. Open it again, or use a smaller photo.';
  },

  answer: 'Answer',
  seen: 'The drawing as the network sees it, each digit 28 by 28 points',
  seenCaption: 'What the network sees',
  // What the field calls it, as a tooltip.
  seenTerm: 'The network’s input, after preprocessing',
  confidenceTerm: 'Confidence: the softmax probability of the answer; ' +
      'of a number, the product over its digits',
  likelyTerm: 'The top three classes, with their softmax probabilities',
  nothingDrawn: 'Draw a digit first',
  notADigit: 'Not sure that is a digit',
  notAllDigits: 'Not sure of every digit',
  /** 0.9876 as "98.7 %"; rounded down, since nothing is ever 100 % sure. @param {number} share */
  percent: function (share) {
    return (Math.floor(share * 1000) / 10).toFixed(1) + ' %';
  },
  /** How sure it is of an answer. @param {number} share */
  sure: function (share) {
    return texts.percent(share) + ' sure';
  },
  /** How sure it is of an answer on a photo that lay on its side. @param {number} share @param {number} degrees */
  sureTurned: function (share, degrees) {
    return texts.sure(share) + ', turned by ' + degrees + '°';
  },
  /**
   * One class and its probability, for the bars and the most likely three.
   * @param {string} label @param {number} share
   */
  share: function (label, share) {
    return label + ': ' + texts.percent(share);
  },
  /** The most likely classes of a number's least sure digit. @param {string} likely */
  leastSure: function (likely) {
    return 'Least sure: ' + likely;
  },
  /** The confidence at a digit's frame, as short as can be. @param {number} share */
  frame: function (share) {
    return Math.floor(share * 100) + ' %';
  },
  /** What a screen reader hears after Predict. @param {string} text @param {string} confidence */
  announcement: function (text, confidence) {
    return text + ', ' + confidence;
  },

  // Its other texts are in words.js.
  inside: 'Inside the network',
  insideWaits: 'It is shown once the recogniser is there.',
  insideNotLoaded: 'This part of the page could not be loaded. Check the connection, then open it again.',
  teaching: 'Read wrong? Teach it your hand',
  teachWhich: 'Which digit?',
  teachLabel: 'It was a …',
  /** @param {string} label */
  taught: function (label) {
    return 'Learned: what looks like this is a ' + label + '. This stays in this browser.';
  },
  notKept: 'But the browser does not let this page store anything: it holds until the page is closed.',
  forget: 'Forget what it learned',
  forgotten: 'Forgotten.',
  takeAlong: 'Take it along',
  // See docs/training.md.
  taughtCommands: 'mkdir hand && cp ~/Downloads/train-*-ubyte ~/.cache/numeral/mnist/t10k-* hand\n' +
      './scripts/train.sh --data hand --start-from model/digits.safetensors --validation 1 ' +
      '--epochs 3 --learning-rate 1e-4 --out build/hand',

  keys: 'Keys',
  predictKeys: '[Enter]',
  clearKeys: '[Delete]',
  undoKeys: '[Ctrl] [Z]',
  redoKeys: '[Ctrl] [Y]',
  pasteKeys: '[Ctrl] [V]',
  paste: 'Paste a photo',
  toPadKeys: '[Tab]',
  toPad: 'To the drawing area. There:',
  moveKeys: '[←] [→] [↑] [↓]',
  move: 'Move the pen; with [Shift] a little',
  penKeys: '[Space]',
  pen: 'Pen down, pen up',
  brushKeys: '[−] [+]',
  brushChange: 'Thinner, thicker brush',

  loading: 'Loading the recogniser …',
  predictAwaited: 'Loading the recogniser. The answer comes as soon as it is there …',
  retry: 'Try again',
  reload: 'Reload',
  ready: 'Ready. Nothing that you draw leaves this page.',
  /** @param {string} reason of the fault, in the words of the browser or the module */
  restarted: function (reason) {
    return 'The recogniser had a fault' + (reason ? ' (' + reason + ')' : '') + ' and was started ' +
        'anew. What you drew is still there: press Predict to try again.';
  },
  newVersion: 'A new version of this page is ready.',
  update: 'Reload all its tabs',
  openedAsFile: 'This page does not work when it is opened as a file: it needs a web server. ' +
      'Run ./scripts/run.sh and open the address it prints.',
  sandboxed: 'This page is in a sandboxed frame. There it needs allow-same-origin, or a server that ' +
      'sends its files with Access-Control-Allow-Origin: *.',
  notBuilt: 'This page has not been built yet: it has no assets.js. ' +
      'Run ./scripts/run.sh and open the address it prints.',
  oldBrowser: 'This browser is too old for this page. ' +
      'Use Chrome or Edge 97, Firefox 102, Safari 16.4, or anything newer.',
  /** @param {string} reason of an error that nobody foresaw */
  notStarted: function (reason) {
    return 'This page could not start: ' + reason + '. Copy the whole build/site folder again, then reload.';
  },
  /** @param {string} files their names */
  notLoaded: function (files) {
    return files + ': could not be loaded. Check that the server still runs and that the whole ' +
        'build/site folder is there, then reload.';
  },
});
