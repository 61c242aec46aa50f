// Nothing: what it takes to start a runtime on a TypeScript file.
export {};
