// Reads calendars with ical.js: paths on stdin, one a line; for each one line of JSON with what a client would show.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]));
const warnings = [];
console.warn = (...words) => warnings.push(words.join(" "));
console.error = console.warn;

function items(calendar) {
  return ["vevent", "vtodo"].flatMap((name) =>
    calendar.getAllSubcomponents(name).map((item) => ({
      component: name,
      uid: item.getFirstPropertyValue("uid"),
      summary: item.getFirstPropertyValue("summary"),
      description: item.getFirstPropertyValue("description"),
      day: (item.getFirstPropertyValue("dtstart") ?? item.getFirstPropertyValue("due"))?.toString(),
      alarms: item.getAllSubcomponents("valarm").map((alarm) => alarm.getFirstPropertyValue("trigger").toString()),
      parts: item.getAllSubcomponents().map((part) => part.name),
    })),
  );
}

for await (const path of createInterface({ input: process.stdin })) {
  warnings.length = 0;
  let found;
  try {
    const calendar = new ICAL.Component(ICAL.parse(readFileSync(path, "utf8")));
    found = { name: calendar.getFirstPropertyValue("name"), items: items(calendar) };
  } catch (error) {
    found = { error: String(error) };
  }
  process.stdout.write(JSON.stringify({ ...found, warnings: [...warnings] }) + "\n");
}
