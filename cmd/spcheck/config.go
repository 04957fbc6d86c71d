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

// shownSetting is one line of config show.
type shownSetting struct {
	Name   string  `json:"name"`
	Value  *string `json:"value"`
	Origin *string `json:"origin"`
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
	var shown []shownSetting
	add := func(name, value, origin string) {
		line := shownSetting{Name: name}
		if origin != "" {
			line.Value, line.Origin = &value, &origin
		}
		shown = append(shown, line)
	}
	add("configFile", s.File.Path(), "found there or not")
	if s.File.Path() == "" || len(s.File.Profiles) == 0 {
		shown[0].Origin = new("no profiles there")
	} else {
		shown[0].Origin = new(fmt.Sprintf("%d profiles", len(s.File.Profiles)))
	}
	if s.ProfileName != "" {
		add("profile", s.ProfileName, "in use")
	}
	for _, d := range config.Definitions() {
		setting := s.Get(d.Name)
		add(string(d.Name), setting.Value, setting.Origin.String())
	}
	notices, _ := s.Notify(nil)
	for _, n := range notices {
		add("notify", "[redacted]", n.Origin.String())
	}
	return append(shown, shownCredential(s.Credential))
}

// shownCredential shows where the credential is stored. It never reads the value.
func shownCredential(c *config.CredentialSource) shownSetting {
	if c == nil {
		return shownSetting{Name: "credential"}
	}
	value := c.Kind
	if c.Kind == objects.Password {
		value += " [redacted]"
	}
	return shownSetting{Name: "credential", Value: &value, Origin: new(c.Origin.String())}
}

func (a *app) printSettings(shown []shownSetting) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, line := range shown {
		value, origin := "-", "not set"
		if line.Value != nil {
			value = *line.Value
		}
		if line.Origin != nil {
			origin = *line.Origin
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", line.Name, neutral.Line(value), neutral.Line(origin))
	}
	return w.Flush()
}
