package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
)

func newConfigCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show, check or write the configuration",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigShowCommand(a), newConfigCheckCommand(a), newConfigInitCommand(a))
	return cmd
}

// shownSetting is one line of config show. A setting without a value has neither value
// nor origin.
type shownSetting struct {
	Name   string  `json:"name"`
	Value  *string `json:"value"`
	Origin *string `json:"origin"`
	// from is the origin for people.
	from msg.Text
}

func newConfigShowCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print every effective setting, and where it comes from",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := config.Resolve(given(cmd), a.env)
			if err != nil {
				return err
			}
			return a.showSettings(settings)
		},
	}
	addSettings(cmd, config.Connection, config.Judgement, config.Reporting)
	return cmd
}

func (a *app) showSettings(s *config.Settings) error {
	shown := shownSettings(s)
	switch format := s.Value(config.Output); format {
	case "text":
		return a.printSettings(shown)
	case "json":
		enc := json.NewEncoder(a.out)
		enc.SetIndent("", "  ")
		return enc.Encode(map[string]any{"schemaVersion": "1", "settings": shown})
	default:
		return fail.Usage(msg.New("config show has no output format %q", format), msg.New("formats of config show: text, json"))
	}
}

func shownSettings(s *config.Settings) []shownSetting {
	file := s.File.Path()
	found := msg.New("no profiles there")
	if n := len(s.File.Profiles); file != "" && n > 0 {
		found = msg.New("%d profiles", n)
	}
	var shown []shownSetting
	line := func(name, value, origin string, from msg.Text) {
		shown = append(shown, shownSetting{name, &value, &origin, from})
	}
	line("configFile", file, found.String(), found)
	if s.ProfileName != "" {
		line("profile", s.ProfileName, "in use", msg.New("in use"))
	}
	add := func(name, value string, o origin.Origin) {
		if o.Place == "" {
			shown = append(shown, shownSetting{Name: name, from: msg.New("not set")})
			return
		}
		line(name, value, o.String(), o.Text())
	}
	for _, d := range config.Definitions() {
		setting := s.Get(d.Name)
		add(string(d.Name), setting.Value, setting.Origin)
	}
	notices, _ := s.Notify(nil)
	for _, n := range notices {
		add("notify", "[redacted]", n.Origin)
	}
	// Where the credential is stored; the value is never read.
	switch c := s.Credential; {
	case c == nil:
		add("credential", "", origin.Origin{})
	case c.Kind == objects.Password:
		add("credential", c.Kind+" [redacted]", c.Origin)
	default:
		add("credential", c.Kind, c.Origin)
	}
	return shown
}

func (a *app) printSettings(shown []shownSetting) error {
	lang := a.lang()
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, line := range shown {
		value := "-"
		if line.Value != nil {
			value = *line.Value
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", line.Name, neutral.Line(value), neutral.Line(line.from.In(lang)))
	}
	return w.Flush()
}
