// Keeps a program on this machine: what would listen on every network listens on loopback.
const net = require("net");
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...given) {
  const [first, second] = given;
  if (first !== null && typeof first === "object" && first.path === undefined && first.fd === undefined) {
    given[0] = { ...first, host: "127.0.0.1" };
  } else if (typeof first === "number" || /^\d+$/.test(first)) {
    given.splice(1, typeof second === "string" ? 1 : 0, "127.0.0.1");
  }
  return listen.apply(this, given);
};
