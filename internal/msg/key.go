package msg

import "strings"

// plainKey files a sentence without arguments apart from formats, because a per
// cent sign in it is a character.
func plainKey(english string) string { return "plain\x00" + english }

// escape makes a format of a text that is not one.
func escape(s string) string { return protect(strings.ReplaceAll(s, "%", "%%")) }

// protect hides ${ from the catalogue library, which would take it for one of
// its own placeholders; restore undoes it in the finished sentence.
func protect(s string) string { return strings.ReplaceAll(s, "${", "$\x00{") }

func restore(s string) string { return strings.ReplaceAll(s, "$\x00{", "${") }
