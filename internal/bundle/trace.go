package bundle

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// traceMark starts each line of a trace.
const traceMark = "spcheck: debug: "

var (
	mediaForm   = lazyregexp.New(`^(?:application|text)/[a-z+.-]+(?:; ?[A-Za-z0-9.]+=[A-Za-z0-9.-]+)*$`)
	dateForm    = lazyregexp.New(`^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$`)
	productForm = lazyregexp.New(`^(?:Microsoft-IIS|nginx|Apache|cloudflare|Kestrel)(?:/[\d.]+)?$`)
	statusForm  = lazyregexp.New(`^status \d+ after [\w.]+$`)
	codesForm   = lazyregexp.New(`^[\[\]\d., ]*$`)
	failedForm  = lazyregexp.New(`^failed after [\w.]+: `)
)

// Trace returns a trace with pseudonyms. Descriptions of failures must contain pseudonyms
// already; see transport.Options.
func (p *Pseudonyms) Trace(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		body, ok := strings.CutPrefix(line, traceMark)
		if !ok {
			lines[i] = p.Value(line)
			continue
		}
		detail, deeper := strings.CutPrefix(body, "  ")
		if deeper {
			lines[i] = traceMark + "  " + p.detail(detail)
		} else {
			lines[i] = traceMark + p.request(body)
		}
	}
	return strings.Join(lines, "\n")
}

// request replaces the URL after a method.
func (p *Pseudonyms) request(s string) string {
	method, address, _ := strings.Cut(s, " ")
	if out := p.address(address); out != "" {
		return p.Value(method) + " " + out
	}
	return p.Value(method) + " " + p.Value(address)
}

func (p *Pseudonyms) detail(s string) string {
	if statusForm().MatchString(s) || failedForm().MatchString(s) {
		return s
	}
	name, value, found := strings.Cut(s, ": ")
	if !found {
		return p.Value(s)
	}
	if p.keepsHeader(name, value) {
		return name + ": " + value
	}
	var quoted string
	if json.Unmarshal([]byte(value), &quoted) == nil {
		value = quoted
	}
	return name + ": " + p.Value(value)
}

// keepsHeader reports whether the value of a header identifies nobody.
func (p *Pseudonyms) keepsHeader(name, value string) bool {
	switch name {
	case "content-type":
		return mediaForm().MatchString(value)
	case "date":
		return dateForm().MatchString(value)
	case "server":
		return productForm().MatchString(value)
	case "error_codes", "x-ms-clitelem":
		return codesForm().MatchString(value)
	}
	return slices.Contains([]string{"content-length", "retry-after", "x-ms-resource-unit"}, name) && numberForm().MatchString(value)
}
