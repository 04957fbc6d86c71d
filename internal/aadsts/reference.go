package aadsts

import (
	"fmt"
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
)

// Reference returns the catalogue as a Markdown page.
func (c *Catalogue) Reference() string {
	var b strings.Builder
	b.WriteString(`# AADSTS codes

What ` + "`spcheck explain`" + ` knows of the error codes of Microsoft Entra. This page is
generated from ` + "`internal/aadsts/catalogue`" + `; correct the files there and run
` + "`go generate ./internal/aadsts`" + `.

Causes are root causes of spcheck, likeliest first. A message often says more
than its code, and the ranking follows it. Evidence: *seen* is a message read in
a public log, *documented* is stated by Microsoft, *unverified* is neither.

`)
	for _, part := range []struct {
		title string
		flow  Flow
	}{
		{"An application's own sign-in", App},
		{"Faults of the service", Service},
		{"Sign-ins of users", User},
	} {
		fmt.Fprintf(&b, "## %s\n\n", part.title)
		for _, f := range c.families {
			if f.Flow == part.flow {
				c.writeFamily(&b, f)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (c *Catalogue) writeFamily(b *strings.Builder, f *Family) {
	fmt.Fprintf(b, "### %s\n\n%s\n\n", capital(f.Title), f.Meaning)
	if f.Flow == User {
		b.WriteString("| code | name | meaning | evidence |\n| --- | --- | --- | --- |\n")
	} else {
		b.WriteString("| code | name | meaning | what to do | causes | evidence |\n| --- | --- | --- | --- | --- | --- |\n")
	}
	for _, e := range c.entries {
		if e.Family == f {
			e.writeRow(b, f)
		}
	}
	b.WriteString("\n")
}

func (e *Entry) writeRow(b *strings.Builder, f *Family) {
	code := e.Code
	if e.Link != "" {
		code = fmt.Sprintf("[%s](%s)", e.Code, e.Link)
	}
	meaning := e.Meaning
	if meaning == f.Meaning {
		meaning = ""
	}
	if f.Flow == User {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", code, e.Name, cell(meaning), e.Evidence)
		return
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", code, e.Name, cell(meaning), cell(e.remedy()), causeList(e.Causes), e.Evidence)
}

// remedy is the code's own, or that of its first cause.
func (e *Entry) remedy() string {
	if e.Remedy != "" || len(e.Causes) == 0 {
		return e.Remedy
	}
	first, _ := causes.Lookup(e.Causes[0])
	return first.Remedy.String()
}

func causeList(ids []causes.ID) string {
	var list []string
	for _, id := range ids {
		list = append(list, "`"+string(id)+"`")
	}
	return strings.Join(list, ", ")
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
