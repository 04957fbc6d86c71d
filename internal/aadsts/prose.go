package aadsts

import (
	"bytes"
	"slices"
	"sync"
)

// discussing are words of a text that discusses an error, such as documentation, release
// notes or a question about its meaning.
var discussing = squashAll(
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
var printed = squashAll(
	"trace id", "correlation id", "timestamp", "stack trace", "traceback", "exception", "error_description", "errorcode", "statuscode", "status code", "level=", "caused by",
	"response body", "innererror", "request-id", "categoryinfo", "fullyqualifiederrorid", "at line", "httpsconnectionpool", "reply status", "controller=", "node_modules",
)

// squashAll returns a function that squashes the words on its first call.
func squashAll(words ...string) func() [][]byte {
	return sync.OnceValue(func() (all [][]byte) {
		for _, w := range words {
			all = append(all, []byte(squashString(w)))
		}
		return all
	})
}

func containsAny(text []byte, any [][]byte) bool {
	return slices.ContainsFunc(any, func(w []byte) bool { return bytes.Contains(text, w) })
}
