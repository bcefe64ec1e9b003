DELETE FROM parked;
DELETE FROM parked_waiting;
