// Teaching the recogniser how somebody writes: "It was a ...", kept in this browser alone, for all tabs of the
// page, and taken along as IDX files. It loads once the page is ready.

const element = (id) => document.getElementById(id);

/** Of the network's input, and so of the pictures in IDX files. */
const INPUT_SIZE = 28;

/** Where numeral-train finds training pictures and labels. */
const IDX_FILES = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'];

/** The recogniser learns from a click, and remembers it the next time. */
export class Teaching {
  #recognizer;
  #attempt;
  #reread;
  /** @type {import('../numeral.js').PlacedDigit[]} What was read latest. */
  #digits = [];
  /** Index of the digit that is taught. */
  #chosen = 0;
  #choice = make('fieldset', {hidden: ''}, make('legend', {}, texts.teachWhich));
  #labels;
  #more;
  #status = make('p', {role: 'status'});
  #commands = make('pre', {hidden: '', tabindex: 0}, texts.taughtCommands);
  /** @type {import('../numeral.js').Lesson[]} Those that are not in the storage yet, or never get there. */
  #unkept = [];
  #otherTabs = channel();

  /**
   * @param {import('../numeral.js').Recognizer} recognizer
   * @param {{attempt: (action: () => void) => void, reread: () => void}} page does something with the
   *     recogniser, which may have a fault; reads what is drawn once more
   */
  constructor(recognizer, {attempt, reread}) {
    this.#recognizer = recognizer;
    this.#attempt = attempt;
    this.#reread = reread;
    this.#labels = make('div', {'role': 'group', 'class': 'labels', 'aria-label': texts.teachLabel},
        ...recognizer.labels.map((label) => button(label, () => this.#teach(label))));
    this.#more = make('div', {class: 'more', hidden: ''},
        button(texts.forget, () => this.#forget()), button(texts.takeAlong, () => this.#takeAlong()));
    element('teaching').append(this.#choice, make('p', {}, texts.teachLabel), this.#labels,
        this.#status, this.#more, this.#commands);
    element('teaching').addEventListener('toggle', () => this.#showChosen());
    this.#otherTabs?.addEventListener('message', () => this.sync().catch(() => {}));
  }

  /** Has the recogniser know what was taught before, and in other tabs. Fails where there is no storage. */
  async sync() {
    const lessons = [...await kept(), ...this.#unkept];
    const wasTaught = this.#recognizer.lessons.length > 0;
    if (!wasTaught && lessons.length === 0) return;
    this.#attempt(() => {
      if (wasTaught) this.#recognizer.forget();
      for (const lesson of lessons) {
        // What another model was taught may not fit.
        if (this.#recognizer.labels.includes(lesson.label)) this.#recognizer.teach(lesson, lesson.label);
      }
      this.#showMore();
      if (lessons.length === 0) this.#say(texts.forgotten);
      this.#reread();
    });
  }

  /** Takes what was read, or that nothing was. @param {?import('../numeral.js').Reading} reading */
  show(reading) {
    const digits = reading?.digits ?? [];
    if (digits.length !== this.#digits.length) {
      this.#chosen = digits.reduce((least, {confidence}, index) =>
        confidence < digits[least].confidence ? index : least, 0);
      this.#choice.replaceChildren(this.#choice.firstChild, ...digits.map((_, index) => this.#radio(index)));
    }
    this.#digits = digits;
    digits.forEach(({digit}, index) => {
      this.#choice.children[index + 1].lastChild.data = ` ${this.#recognizer.labels[digit]}`;
    });
    this.#choice.hidden = digits.length < 2;
    // Not `disabled`: who is there with the keyboard would lose the focus.
    for (const each of this.#labels.children) each.setAttribute('aria-disabled', digits.length === 0);
    this.#showChosen();
  }

  /** The choice of a number's digit. */
  #radio(index) {
    const radio = make('input', {type: 'radio', name: 'taught'});
    radio.checked = index === this.#chosen;
    radio.addEventListener('change', () => {
      this.#chosen = index;
      this.#showChosen();
    });
    return make('label', {}, radio, '?');
  }

  /** Marks the frame of the digit that is taught. */
  #showChosen() {
    [...element('frames').children].forEach((frame, index) =>
      frame.classList.toggle('chosen', element('teaching').open && index === this.#chosen));
  }

  #teach(label) {
    const digit = this.#digits[this.#chosen];
    if (!digit) return this.#say(texts.nothingDrawn);
    this.#attempt(() => {
      this.#recognizer.teach(digit, label);
      this.#unkept.push(this.#recognizer.lessons.at(-1));
      this.#showMore();
      this.#store(texts.taught(label), async () => {
        const lessons = [...this.#unkept];
        await keep(lessons);
        this.#unkept = this.#unkept.filter((lesson) => !lessons.includes(lesson));
      });
      this.#reread();
    });
  }

  #forget() {
    this.#attempt(() => {
      this.#recognizer.forget();
      this.#unkept = [];
      this.#showMore();
      this.#store(texts.forgotten, keepNone);
      this.#reread();
    });
  }

  /** Shows what can be done with what was taught, if anything was. */
  #showMore() {
    const isTaught = this.#recognizer.lessons.length > 0;
    if (!isTaught && this.#more.contains(document.activeElement)) element('teaching').firstElementChild.focus();
    this.#more.hidden = !isTaught;
    if (!isTaught) this.#commands.hidden = true;
  }

  /** Downloads the taught digits, and says what to do with them. */
  #takeAlong() {
    idxOf(this.#recognizer.lessons, this.#recognizer.labels).forEach((bytes, index) => {
      const url = URL.createObjectURL(new Blob([bytes], {type: 'application/octet-stream'}));
      make('a', {href: url, download: IDX_FILES[index]}).click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
    });
    this.#commands.hidden = false;
  }

  /** Says something, changes what is kept, and has the other tabs take that over. */
  async #store(words, change) {
    this.#say(words);
    try {
      await change();
      this.#otherTabs?.postMessage(null);
    } catch {
      this.#say(`${words} ${texts.notKept}`);
    }
  }

  #say(words) {
    this.#status.textContent = words;
  }
}

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const attribute of Object.entries(attributes)) element.setAttribute(...attribute);
  element.append(...children);
  return element;
}

function button(text, onclick) {
  const button = make('button', {type: 'button'}, text);
  button.addEventListener('click', onclick);
  return button;
}

/**
 * The files of numeral-train's data: pictures, white on black, and their labels.
 * http://yann.lecun.com/exdb/mnist/ has the format.
 * @param {import('../numeral.js').Lesson[]} lessons
 * @param {readonly string[]} labels of the classes
 */
function idxOf(lessons, labels) {
  const header = (...numbers) => numbers.flatMap((number) => [24, 16, 8, 0].map((shift) => (number >> shift) & 255));
  const pixels = lessons.flatMap(({input}) => Array.from(input, (value) => Math.round(value * 255)));
  return [
    Uint8Array.from([...header(0x803, lessons.length, INPUT_SIZE, INPUT_SIZE), ...pixels]),
    Uint8Array.from([...header(0x801, lessons.length), ...lessons.map(({label}) => labels.indexOf(label))]),
  ];
}

const DATABASE = 'numeral', STORE = 'lessons';

/** Between the tabs: each message says that what is kept has changed. Null where the browser has none. */
function channel() {
  try {
    return new BroadcastChannel(DATABASE);
  } catch {
    return null;
  }
}

/** @param {IDBRequest} request */
const resultOf = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Opens the database. @param {boolean} create if there is none; else that is an AbortError */
function openDatabase(create) {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    if (create) request.result.createObjectStore(STORE);
    else request.transaction.abort();
  };
  return resultOf(request);
}

/** The lessons in a store. @returns {Promise<import('../numeral.js').Lesson[]>} */
async function lessonsIn(store) {
  const lessons = await resultOf(store.get(STORE));
  return Array.isArray(lessons) ? lessons.filter((lesson) => lesson?.input?.length === INPUT_SIZE ** 2) : [];
}

/** What is kept. Fails where storage is blocked. */
async function kept() {
  const database = await openDatabase(false).catch((error) => {
    if (error.name !== 'AbortError') throw error;
  });
  if (!database) return [];
  try {
    return await lessonsIn(database.transaction(STORE).objectStore(STORE));
  } finally {
    database.close();
  }
}

/**
 * Adds lessons to what is kept, in one transaction: other tabs add theirs. Fails where storage is blocked or full.
 * @param {import('../numeral.js').Lesson[]} lessons
 */
async function keep(lessons) {
  const database = await openDatabase(true);
  try {
    const transaction = database.transaction(STORE, 'readwrite');
    const store = transaction.objectStore(STORE);
    const isNew = ({input}) => !lessons.some((lesson) => lesson.input.every((value, i) => value === input[i]));
    store.put([...(await lessonsIn(store)).filter(isNew), ...lessons], STORE);
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const keepNone = () => resultOf(indexedDB.deleteDatabase(DATABASE));
