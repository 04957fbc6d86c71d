// Command codes writes the reference page of AADSTS codes and products from the catalogue.
package main

import (
	"fmt"
	"os"
	"strings"
	"text/template"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: codes FILE")
		os.Exit(2)
	}
	page, err := reference(aadsts.Load())
	if err == nil {
		err = os.WriteFile(os.Args[1], []byte(page), 0o644) //nolint:gosec // documentation is public
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "codes:", err)
		os.Exit(1)
	}
}

const page = `# AADSTS codes

What 'spcheck explain' knows about the error codes of Microsoft Entra, and about the
products that sign in to it (at the end of the page). This page is generated from
'internal/aadsts/catalogue'; correct the files there and run 'make generate'.

Causes are root causes of spcheck, likeliest first, each with the strongest claim
that the code alone supports. A message often says more than its code, and the
ranking follows it. Evidence: *seen* is a message that was read in a public log,
*documented* is stated by Microsoft, *unverified* is neither.
{{range $part := parts}}
## {{.Title}}
{{range $f := $.Families}}{{if eq $part.Users (eq $f.About "user")}}
### {{capital $f.Title.English}}

{{$f.Meaning.English}}

| code | name | meaning | {{if not $part.Users}}what to do | causes | {{end}}evidence |
| --- | --- | --- | {{if not $part.Users}}--- | --- | {{end}}--- |
{{range $e := $.Entries}}{{if eq $e.FamilyID $f.ID -}}
| {{if $e.Link}}[{{$e.Code}}]({{$e.Link}}){{else}}{{$e.Code}}{{end}} | {{$e.Name}} | {{if ne $e.Meaning $f.Meaning}}{{cell $e.Meaning.English}}{{end}} | {{if not $part.Users}}{{cell (remedy $e)}} | {{causes $e}} | {{end}}{{$e.Evidence}} |
{{end}}{{end}}{{end}}{{end}}{{end}}
## Products

A text that names one of these products gets its place for the secret, and its log.

| product | where its secret is | its log |
| --- | --- | --- |
{{range .Products -}}
| {{.Name}} | {{cell .Secret.English}} | {{cell .Log.English}} |
{{end -}}
`

// part is a part of the page.
type part struct {
	Title string
	Users bool
}

// reference returns the catalogue as a Markdown page.
func reference(c *aadsts.Catalogue) (string, error) {
	t, err := template.New("page").Funcs(template.FuncMap{
		"parts": func() []part {
			return []part{{"Sign-ins of applications, and of anybody", false}, {"Sign-ins of users", true}}
		},
		"capital": func(s string) string { return strings.ToUpper(s[:1]) + s[1:] },
		"cell":    func(s string) string { return strings.ReplaceAll(s, "|", `\|`) },
		"remedy":  remedy,
		"causes":  list,
	}).Parse(strings.ReplaceAll(page, "'", "`"))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, c)
	return b.String(), err
}

// remedy returns the remedy of the code, or of its first cause.
func remedy(e aadsts.Entry) string {
	if e.Remedy.English != "" {
		return e.Remedy.English
	}
	first, _ := causes.Lookup(e.Causes[0].ID)
	return first.Remedy.String()
}

// list returns the causes and their certainties.
func list(e aadsts.Entry) string {
	var all []string
	for _, c := range e.Causes {
		all = append(all, fmt.Sprintf("`%s` (%s)", c.ID, c.Most))
	}
	return strings.Join(all, ", ")
}
