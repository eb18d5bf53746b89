import {Recognizer} from 'numeral-recognizer';

onmessage = async ({data}) => {
  try {
    const recognizer = await Recognizer.load();
    postMessage(recognizer.read(data).text);
  } catch ({message}) {
    postMessage(message);
  }
};
