package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/scan"
	"github.com/spcheck/spcheck/internal/scan/kept"
)

// addStateFlags adds the flags for the state that a scan keeps for the next one.
func addStateFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.String("state", "", "save what was read in this `folder` (no secret values), so that the next scan asks only for what has changed")
	f.Bool("full", false, "with --state: read everything again")
	addFullAfter(cmd)
	_ = cmd.MarkFlagDirname("state")
}

func addFullAfter(cmd *cobra.Command) {
	cmd.Flags().String("full-after", "7d", "read everything again if the last full scan is older than this `time`")
}

// keeping returns where and how a scan stores what it read. It is nil without --state.
func (a *app) keeping(cmd *cobra.Command) (*scan.Keep, error) {
	dir, _ := cmd.Flags().GetString("state")
	full, _ := cmd.Flags().GetBool("full")
	if dir == "" {
		switch {
		case cmd.Flags().Changed("state"):
			return nil, fail.Usage(msg.New("--state is empty"), msg.New("choose a folder for --state that you can write to"))
		case full || cmd.Flags().Changed("full-after"):
			return nil, fail.Usage(msg.New("--full and --full-after need --state"), msg.New("every scan without --state reads everything"))
		}
		return nil, nil
	}
	after, err := fullAfter(cmd)
	if err != nil {
		return nil, err
	}
	store, err := kept.Folder(a.bareFile(dir))
	if err != nil {
		return nil, err
	}
	return &scan.Keep{Store: store, Full: full, MaxAge: after}, nil
}

func fullAfter(cmd *cobra.Command) (time.Duration, error) {
	text, _ := cmd.Flags().GetString("full-after")
	d, err := config.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fail.Usage(msg.New("--full-after has the value %q: it must be a time such as 7d or 12h", text))
	}
	return d, nil
}

// tellOfState prints how the tenants were read and what could not be saved. whole is
// true if everything was saved.
func (a *app) tellOfState(o *scan.Outcome) (whole bool) {
	whole = true
	for _, n := range o.Notices {
		text := msg.New("tenant %s: %s", n.Tenant, n.Text)
		if n.Unkept {
			whole, text = false, msg.New("warning: %s", text)
		}
		a.note(text)
	}
	return whole
}
