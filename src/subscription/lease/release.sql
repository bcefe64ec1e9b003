UPDATE leases SET until = now() WHERE consumer = $1 AND token = $2
