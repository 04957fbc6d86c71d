package aadsts

import (
	"bytes"
	"slices"
	"sync"
)

// discussing are words of a text that discusses an error, such as documentation, release
// notes or a question about its meaning.
var discussing = squashOnce(
	"if you see", "if you get", "if you receive", "if you encounter", "when you see", "you may see", "you might see", "you will see", "may occur", "might occur",
	"can occur", "occurs when", "occurs if", "happens when", "happens if", "is returned when", "is returned if", "is thrown when", "is raised when", "this error means",
	"means that", "this error indicates", "this message indicates", "fixed an issue", "fixed a bug", "fixes an issue", "fixed:", "release notes", "changelog", "known issue",
	"troubleshooting guide", "what the error means", "the meaning of", "for example", "such as the error", "errors such as", "errors like", "error messages like", "or similar",
	"to resolve this", "to fix this", "to avoid this", "the following errors", "an error like", "errors or", "errors if", "errors when", "applications might", "would fail with", "will fail with", "could fail with", "may fail with", "returns the error", "is displayed when",
	"wenn sie", "tritt auf, wenn", "tritt auf wenn", "kann auftreten", "bedeutet", "behoben", "fehlermeldungen wie", "fehler wie", "zum beispiel", "was heißt", "in diesem fall", "wurde ein problem",
	"se solucionó", "si aparece", "puede aparecer", "corregido un", "se corrigió",
	"a été corrigé", "si vous voyez", "peut se produire", "par exemple",
)

// printed are words that programs print.
var printed = squashOnce(
	"trace id", "correlation id", "timestamp", "stack trace", "traceback", "exception", "error_description", "errorcode", "statuscode", "status code", "level=", "caused by",
	"response body", "innererror", "request-id", "categoryinfo", "fullyqualifiederrorid", "at line", "httpsconnectionpool", "reply status", "controller=", "node_modules",
)

// squashOnce returns a function that squashes the words on its first call.
func squashOnce(words ...string) func() []string {
	return sync.OnceValue(func() []string { return squashAll(words) })
}

// squashAll squashes words in place.
func squashAll(words []string) []string {
	for i, w := range words {
		words[i] = squashString(w)
	}
	return words
}

// containsAny reports whether squashed text contains one of the squashed words.
func containsAny(text []byte, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(text, []byte(w)) })
}
