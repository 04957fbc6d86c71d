package config

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/spcheck/spcheck/internal/msg"
)

// ParseDuration reads times such as 30s, 12h, 30d, 4w and 1y, and sums such as 1d12h. A day
// has 24 hours, and a year 365 days.
func ParseDuration(s string) (time.Duration, error) {
	d, err := model.ParseDuration(s)
	if err != nil {
		return 0, msg.Error(msg.New("it must be a time such as 30s, 12h, 30d or 4w"))
	}
	return time.Duration(d), nil
}

func checkDuration(s string) error {
	_, err := ParseDuration(s)
	return err
}

func checkPositive(s string) error {
	d, err := ParseDuration(s)
	if err == nil && d <= 0 {
		return msg.Error(msg.New("it must be longer than zero"))
	}
	return err
}
