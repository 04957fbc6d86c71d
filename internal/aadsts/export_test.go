package aadsts

// Parse reads the files that people write, with the texts that they test.
var Parse = parse
