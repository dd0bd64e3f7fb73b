// A store with every way to deal in it: steps and a pod, what comes before the rotation, a drawn
// pool, earned records, territories, turns given back. It is set up through the API, as an admin.

import { check } from './browser.mjs';

const POLICY = `evenkeel = 1
name = "Every way at Lanternfish"

[record]
company = "text"
country = "text"
state = "text"
source = "text"
acv = "number"
email = { type = "text", private = true }

[rep]
leads_a_month = "number"

[voids]
reasons = ["no_show", "bad_data"]
per_month = 3
then = { back = true, otherwise = "queue:triage" }

[[duplicate]]
name = "Same e-mail"
by = "record.email"
as = "email"

[[sticky]]
name = "Same company"
by = "record.company"
as = "name"
within = "90 days"
counts = "full"

[[queue]]
name = "triage"

[[queue]]
name = "nowhere"

[[pool]]
name = "sdrs"
where = 'rep.role == "SDR"'
method = "random"
band = 1
nobody = "queue:triage"

[[pool]]
name = "aes"
where = 'rep.role == "AE"'
nobody = { hold = "1 day", then = "queue:triage" }

[pool.earn]
records = 'record.acv > 3000'
capacity = "rep.leads_a_month"
self_sourced = 'record.source == "self"'
wins = 1
window = "90 days"
won = ["won"]

[[pool]]
name = "north"
members = ["ben", "cleo"]
nobody = "pool:aes"

[[pool]]
name = "europe"
members = ["dina"]
nobody = { hold = "1 day", then = "queue:triage" }

[territories]
otherwise = "queue:nowhere"
joint = "pool:aes"

[[territory]]
name = "North"
to = "pool:north"

[[territory]]
name = "Europe"
to = "pool:europe"

[[step]]
name = "sdr"
after = ["ae"]
to = "pool:sdrs"

[[step]]
name = "ae"
to = "pool:aes"

[[pod]]
name = "north"
seat = [
    { step = "sdr", reps = ["ana", "bo"] },
    { step = "ae", reps = ["ben", "cleo"], pool = "pool:north" },
]
pair = [
    { from = "ana", to = "ben", stand_in = ["cleo"] },
    { from = "bo", to = "cleo", stand_in = ["ben"] },
]

[[rule]]
name = "By territory"
when = 'record.source == "web"'
to = "territories"

[[rule]]
name = "Asked for a demo"
when = 'record.source == "demo" || record.source == "self"'
to = "pool:aes"

[fallback]
to = "pool:sdrs"
`;

const TABLE = `country,state,territory
US,CA,North
US,OR,North
CA,,North
DE,,Europe
FR,,Europe
`;

const REPS = [
  ['ana', 'Ana Ferreira', 'SDR'], ['bo', 'Bo Lindqvist', 'SDR'], ['ben', 'Ben Haddad', 'AE'],
  ['cleo', 'Cleo Marchetti', 'AE'], ['dina', 'Dina Petrova', 'AE'],
];

const PLACES = [
  { country: 'US', state: 'CA' }, { country: 'CA' }, { country: 'DE' }, { country: 'FR' },
  { country: 'ES' }, { country: 'US', state: 'NV' },
];

function* arrivals() {
  for (let at = 0; at < 24; at += 1) {
    const fields = { source: 'web', company: `Webworks ${at}`, ...PLACES[at % PLACES.length] };
    yield { key: `WEB-${at}`, fields };
  }
  for (let at = 0; at < 12; at += 1) {
    const source = at < 4 ? 'self' : 'demo';
    const fields = { source, company: `Demoline ${at}`, acv: 2000 + at * 400 };
    yield { key: `DEMO-${at}`, fields };
  }
  for (let at = 0; at < 6; at += 1) {
    const fields = { company: `Callers ${at}`, email: `ann@callers${at}.example` };
    yield { key: `SDR-${at}`, fields };
  }
  // Sticky: the company was there before. Merged: the person was.
  yield { key: 'AGAIN-1', fields: { company: 'Callers 2' } };
}

// Sets the store up on a page where an admin is signed in, and says which pages there are to see.
export async function everyWay(page) {
  const ask = async (method, path, body) => {
    const [status, text] = await page.evaluate(async ([method, path, body]) => {
      const csrf = document.querySelector('[name=csrf]').value;
      const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf };
      const text = body === null ? undefined : JSON.stringify(body);
      const answer = await fetch(`/api/v1${path}`, { method, headers, body: text });
      return [answer.status, await answer.text()];
    }, [method, path, body]);
    check(`${method} ${path} is done`, status < 300, `${status} ${text.slice(0, 200)}`);
  };
  await ask('PUT', '/policy', { text: POLICY });
  for (const [key, name, role] of REPS) {
    const fields = role === 'AE' ? { leads_a_month: 30 } : {};
    await ask('PUT', `/reps/${key}`, { name, role, fields });
  }
  await ask('PUT', '/territories', { csv: TABLE });
  await ask('POST', '/records', [...arrivals()]);
  for (let at = 0; at < 3; at += 1) {
    await ask('POST', `/records/DEMO-${at}/close`, { reason: 'won' });
  }
  await ask('POST', '/records/SDR-1/handoff', { step: 'ae' });
  await ask('POST', '/records/DEMO-5/void', { reason: 'no_show' });
  await ask('POST', '/records/SDR-3/merge', { into: 'SDR-4' });
  return [
    '/', '/waiting', '/pools', '/pools/sdrs', '/pools/aes', '/pools/north', '/pools/aes/earning',
    '/territories', '/territories?with=table', '/territories/cost', '/records/WEB-0',
    '/records/WEB-4', '/records/SDR-1', '/records/SDR-3', '/records/DEMO-5', '/records/AGAIN-1',
    '/reps/ben', '/policy',
  ];
}
