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
` + "`make generate`" + `.

Causes are root causes of spcheck, likeliest first, each with the strongest claim
that the code alone supports. A message often says more than its code, and the
ranking follows it. Evidence: *seen* is a message read in a public log,
*documented* is stated by Microsoft, *unverified* is neither.

`)
	for _, part := range []struct {
		title string
		users bool
	}{
		{"Sign-ins of applications, and of anybody", false},
		{"Sign-ins of users", true},
	} {
		fmt.Fprintf(&b, "## %s\n\n", part.title)
		for _, f := range c.families {
			if part.users == (f.About == ofUsers) {
				c.writeFamily(&b, f)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (c *Catalogue) writeFamily(b *strings.Builder, f *family) {
	fmt.Fprintf(b, "### %s\n\n%s\n\n", capital(f.Title.English), f.Meaning.English)
	if f.About == ofUsers {
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

func (e *Entry) writeRow(b *strings.Builder, f *family) {
	code := e.Code
	if e.Link != "" {
		code = fmt.Sprintf("[%s](%s)", e.Code, e.Link)
	}
	meaning := e.Meaning.English
	if e.Meaning == f.Meaning {
		meaning = ""
	}
	if f.About == ofUsers {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", code, e.Name, cell(meaning), e.Evidence)
		return
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", code, e.Name, cell(meaning), cell(e.remedy()), e.Causes, e.Evidence)
}

// remedy is the code's own, or that of its first cause.
func (e *Entry) remedy() string {
	if e.Remedy.English != "" {
		return e.Remedy.English
	}
	first, _ := causes.Lookup(e.Causes[0].ID)
	return first.Remedy.String()
}

// String lists the causes with their strengths, for the page.
func (c candidates) String() string {
	var list []string
	for _, one := range c {
		list = append(list, fmt.Sprintf("`%s` (%s)", one.ID, one.Most))
	}
	return strings.Join(list, ", ")
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
