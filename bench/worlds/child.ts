import { playWorlds } from "../../__tests__/worlds/play-worlds.ts";

// Plays the worlds of one seed, and says in one line of JSON what became of them, and what that took.
const [seed = "1", worlds = "1"] = process.argv.slice(2);
const played = await playWorlds(Number(seed), Number(worlds));
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ seed: Number(seed), ...played, cpuSeconds: Math.round((user + system) / 1e6) }));
